// What the tool is for; nothing is loaded but who is signed in.

import { page } from "./page.js";

page(async () => {});
