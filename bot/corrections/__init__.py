"""What people say of an answer: menus, the review, someone new."""
