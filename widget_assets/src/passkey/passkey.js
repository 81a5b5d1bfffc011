// The entry of the provider's pages that know passkeys.

import { PasskeyDoor } from "./passkey_door.js";

customElements.define("passkey-door", PasskeyDoor);
