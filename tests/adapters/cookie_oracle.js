// Reads cases as JSON, plays each in a jar of tough-cookie, writes what the jar would send.
const { CookieJar } = require(process.argv[2]);

async function play(one) {
  const jar = new CookieJar(undefined, { looseMode: true, prefixSecurity: "strict" });
  const taken = [];
  for (const [line, url] of one.set) {
    try {
      taken.push((await jar.setCookie(line, url)) !== undefined);
    } catch {
      taken.push(false);
    }
  }
  const sent = [];
  for (const url of one.get) sent.push(await jar.getCookieString(url));
  return { taken, sent };
}

let text = "";
process.stdin.setEncoding("utf8");
process.stdin.on("data", (part) => (text += part));
process.stdin.on("end", async () => {
  const results = [];
  for (const one of JSON.parse(text)) results.push(await play(one));
  process.stdout.write(JSON.stringify(results));
});
