import { test } from "node:test";
import { browsers } from "../support/tabs.mjs";
import { scenarios } from "./scenarios.mjs";

const lacking = browsers.Firefox.lacking();
if (lacking) test("the page in Firefox", { skip: `SKIPPED: no ${lacking} here` });
else scenarios("Firefox");
