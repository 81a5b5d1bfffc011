export class SignInPopup extends HTMLElement {}
