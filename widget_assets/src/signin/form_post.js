// The last page of a sign-in by response_mode=form_post: sends the answer to the site at once.
// Without scripts the person presses the button, which does the same.

const form = /** @type {HTMLFormElement | null} */ (document.getElementById("answer-form"));
form?.submit();
export {};
