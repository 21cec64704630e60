import { scenarios } from "./scenarios.mjs";

scenarios("Chromium");
