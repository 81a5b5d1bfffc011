// The frame's entry: defines its elements, starts the shell and tells the host's page what it may know.

import { CategorySearch } from "../category/category_search.js";
import { PhotoUploader } from "../photos/photo_uploader.js";
import { PlacePicker } from "../place/place_picker.js";
import { SignInPopup } from "../signin/sign_in_popup.js";
import { sender, watchHeight } from "./messages.js";
import { Shell } from "./shell.js";

const origins = (document.body.dataset.origins ?? "").split(/\s+/).filter(Boolean);
const tell = sender(window, origins);

customElements.define("place-picker", PlacePicker);
customElements.define("category-search", CategorySearch);
customElements.define("photo-uploader", PhotoUploader);
customElements.define("sign-in-popup", SignInPopup);

tell("ready");
new Shell(tell).open();
watchHeight(document.documentElement, (height) => tell("height", { height }));
