// The map's own bundle: Leaflet and the element around it.

import { PlaceMap } from "./place_map.js";

customElements.define("place-map", PlaceMap);
