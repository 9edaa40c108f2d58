// A tester plays a test on the kit's page, by keyboard: node toets.mjs <chromium> <page> <gateway> <token> <folder>
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const [, , executablePath, base, gateway, token, folder] = process.argv;
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf-8");
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
const context = await browser.newContext({ locale: "nl-NL", viewport: { width: 1100, height: 1000 } });
const page = await context.newPage();
const refused = [];
const addresses = [];
page.on("console", (said) => said.type() === "error" && !said.location().url.endsWith("/favicon.ico") && refused.push(said.text()));
page.on("request", (request) => addresses.push(request.url()));
const seen = [];

async function shot(name, on = page) {
  await on.screenshot({ path: `${folder}/${name}.png` });
  // the page's policy lets no script in that is not its own, not even the judge's: it is given to the browser itself
  const session = await context.newCDPSession(on);
  await session.send("Runtime.evaluate", { expression: axe });
  const found = await session.send("Runtime.evaluate", { expression: "axe.run().then(JSON.stringify)", awaitPromise: true });
  const { violations } = JSON.parse(found.result.value);
  seen.push({ name, violations: violations.map((one) => `${one.id}: ${one.nodes[0].target}`) });
}

// to an element with Tab alone; whoever cannot use a mouse gets there or does not
async function tabTo(find) {
  for (let turn = 0; turn < 80; turn++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(find)) return;
  }
  throw new Error(`not reached by keyboard: ${find}`);
}

await page.goto(base);
await shot("toets-begin");
await page.keyboard.press("Tab");
const skip = await page.evaluate(() => document.activeElement.innerText);
await tabTo(() => document.activeElement.getAttribute("href") === "/nieuw/gateway");
await page.keyboard.press("Enter");
await page.waitForURL("**/nieuw/gateway");
await shot("toets-kiezen");
await tabTo(() => document.activeElement.id === "sut");
await page.keyboard.type(gateway);
await tabTo(() => document.activeElement.id === "token");
await page.keyboard.type(token);
for (const box of await page.locator("input[type=checkbox]").all()) {
  const keep = ["soap", "kern", "identiteit"].includes(await box.getAttribute("value"));
  if (!keep) {
    await box.focus();
    await page.keyboard.press("Space");
  }
}
await tabTo(() => document.activeElement.tagName === "BUTTON");
await page.keyboard.press("Enter");
await page.waitForURL("**/toets/*");
const run = page.url();
await page.locator("#stand td.good").first().waitFor({ timeout: 60000 });
await shot("toets-loopt");
await page.locator('a[href$="uitslag.html"]').waitFor({ timeout: 120000 });
const told = await page.locator("#zegt").innerText();
const outcomes = await page.locator("#stand tbody td:last-child").allInnerTexts();
await shot("toets-klaar");
const downloads = await page.locator("#stand li a").evaluateAll((found) => found.map((one) => one.getAttribute("href").split("/").pop()));
await page.getByRole("link", { name: "Het verslag" }).click();
const verdict = await page.locator(".verdict").innerText();
await page.goBack();
await page.getByRole("link", { name: "English" }).click();
const english = await page.locator("h1").innerText();
await shot("toets-en");
const front = await page.locator("main").innerText();

// without scripts the page asks again by itself
const bare = await browser.newContext({ javaScriptEnabled: false });
const plain = await bare.newPage();
await plain.goto(run);
const bareTold = await plain.locator("#zegt").innerText();
await browser.close();
const leaked = addresses.filter((one) => one.includes(token));
console.log(JSON.stringify({ skip, told, outcomes, downloads, verdict, english, front, bareTold, leaked, seen, refused }));
