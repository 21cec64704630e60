import { test } from "node:test";
import { browsers } from "../support/tabs.mjs";
import { scenarios } from "./scenarios.mjs";

const lacking = browsers.WebKit.lacking();
if (lacking) test("the page in WebKit", { skip: `SKIPPED: no ${lacking} here` });
else scenarios("WebKit");
