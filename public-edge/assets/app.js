// The start: the player's bar, links that keep it, and keys. Without this file every page works by itself.

import { dress } from "./dress.js";
import { bindKeys } from "./keyboard.js";
import { bindNavigation } from "./navigation.js";
import { bindPlayerBar } from "./player-bar.js";
import { bindMediaSession } from "./media-session.js";

bindPlayerBar();
bindMediaSession();
bindKeys();
bindNavigation();
dress(document);
