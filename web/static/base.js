// What CSS must know before anything is drawn: scripts run here.
document.documentElement.classList.add("js");
