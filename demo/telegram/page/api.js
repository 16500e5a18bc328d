// The control API, as the page uses it.

async function ask(path, options) {
  const answer = await fetch(`/control${path}`, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.description.replace("Bad Request: ", ""));
  return body;
}

const post = (path, body) =>
  ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });

export const fileAddress = (fileId) => `/control/files/${encodeURIComponent(fileId)}`;
export const exampleAddress = (name) => `/control/examples/${encodeURIComponent(name)}`;

export const about = () => ask("/bot");
export const join = (person) => post("/people", { name: person.name, user_id: person.id, language: navigator.language });
export const miniAppAddress = (person) => `/control/people/${person}/mini_app`;
export const createGroup = (group) => post("/groups", group);
export const events = (person, after, seconds) =>
  ask(`/people/${person}/events?after=${after}&timeout=${seconds}`);
export const commands = async (person, chat) =>
  (await ask(`/people/${person}/commands?chat_id=${chat}`)).commands;
export const say = (person, chat, text, replyTo) =>
  post(`/people/${person}/messages`, { chat_id: chat, text, reply_to: replyTo });
export const press = async (person, chat, message, data) =>
  (await post(`/people/${person}/presses`, { chat_id: chat, message_id: message, data })).callback_query_id;

export const react = (person, chat, message, reaction) =>
  post(`/people/${person}/reactions`, { chat_id: chat, message_id: message, reaction });

// kind is "photo" (recompressed, several are an album) or "document" (byte for byte).
export function send(person, chat, kind, files, caption, replyTo) {
  const form = new FormData();
  form.set("chat_id", chat);
  form.set("caption", caption);
  form.set("reply_to", replyTo ?? "");
  for (const file of files) form.append(kind, file, file.name);
  return ask(`/people/${person}/messages`, { method: "POST", body: form });
}
