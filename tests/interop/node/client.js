// A sender in Node with the package soap: `node client.js WSDL TOKEN OTHER_TOKEN BSN`. Copy what you need.
//
// Everything it knows of the gateway is the served WSDL. It prints what it saw as one line of JSON.

const { randomUUID } = require("node:crypto");
const { setTimeout: pause } = require("node:timers/promises");
const soap = require("soap");

const RUN = randomUUID().slice(0, 8);
const KOP = { bronSysteem: "voorbeeld-node" };

// A client for one organisation; the token says which.
async function connect(wsdl, token) {
  const client = await soap.createClientAsync(wsdl);
  client.addHttpHeader("Authorization", `Bearer ${token}`);
  return client;
}

// The order of the elements is the order of the contract.
async function signaalAfgeven(organisatie, bronSignaalId, bsn) {
  const now = new Date().toISOString();
  const [answer] = await organisatie.signaalAfgevenAsync({
    kop: KOP,
    bronSignaalId,
    soort: "SIGNAAL",
    jeugdige: { bsn },
    melder: { professionalId: "p-1", naam: "V. Oorbeeld", telefoon: "030-1234567" },
    datumTijdMelding: now,
    attestaties: {
      redelijkVermoeden: true,
      informatieplicht: { wie: "JEUGDIGE", datum: now.slice(0, 10) },
    },
    aanduiding: [{ as: "urgentie", woord: "spoed" }],
  });
  return answer;
}

// Ask again and again, each time after the last cursor, until there is a match on this signal.
async function firstMatch(organisatie, bronSignaalId, seconds = 30) {
  const until = Date.now() + seconds * 1000;
  let na;
  while (Date.now() < until) {
    const [page] = await organisatie.matchesOpvragenAsync(na ? { kop: KOP, na } : { kop: KOP });
    const found = (page.match ?? []).find((match) => match.bronSignaalId === bronSignaalId);
    if (found) return found;
    na = page.cursor;
    if (!page.meer) await pause(500);
  }
  throw new Error("no match");
}

// soap rejects with an Error that holds the fault. In a fault, an element that may repeat is a list only when it does.
async function faultOf(call) {
  try {
    await call();
  } catch (error) {
    return error.root.Envelope.Body.Fault;
  }
  throw new Error("a wrong BSN was accepted");
}

async function main(wsdl, token, otherToken, bsn) {
  const [ours, theirs] = [await connect(wsdl, token), await connect(wsdl, otherToken)];
  const [ourId, theirId] = [`${RUN}-ons`, `${RUN}-hun`];

  const given = await signaalAfgeven(ours, ourId, bsn);
  await signaalAfgeven(theirs, theirId, bsn);
  const match = await firstMatch(ours, ourId);
  const [status] = await ours.statusOpvragenAsync({ kop: KOP, bronSignaalId: ourId });
  const today = new Date().toLocaleDateString("sv-SE", { timeZone: "Europe/Amsterdam" });
  const [ended] = await ours.signaalBeeindigenAsync({ kop: KOP, bronSignaalId: ourId, datumEinde: today });

  const fault = await faultOf(() => signaalAfgeven(ours, `${RUN}-fout`, "111111111"));
  const detail = fault.detail.verwijsindexFout;
  const [bevinding] = [detail.bevinding].flat();

  const seen = {
    bronSignaalId: given.ontvangstbewijs.bronSignaalId,
    woord: given.vertaling[0].woord,
    advies: given.advies[0].code,
    instantie: match.betrokkene[0].instantie,
    telefoon: match.betrokkene[0].telefoon,
    status: status.stand.status,
    bezorging: status.stand.bezorging,
    matches: status.stand.match.length,
    einde: ended.stand.status,
    faultcode: fault.faultcode.split(":").pop(),
    code: bevinding.code,
    plek: detail.plek,
    plaats: bevinding.plaats,
  };
  console.log(JSON.stringify(seen));
}

main(...process.argv.slice(2)).catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
