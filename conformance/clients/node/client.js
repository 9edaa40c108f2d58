// A sender in Node with the package soap: `node client.js http://127.0.0.1:9070 geheugen.json`. Copy what you need.
//
// All it knows of a gateway is the served WSDL. What to do it asks the kit, where in your system a professional decides.
// It keeps its signals, its matches and what it is sending in one file, and writes nothing of a person in its log.
// Exit code 0 when all that was asked is done.

const { randomUUID } = require("node:crypto");
const { existsSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { setTimeout: pause } = require("node:timers/promises");
const soap = require("soap");

const WSA = "http://www.w3.org/2005/08/addressing";
const KOP = { bronSysteem: "voorbeeld-node" };
const MELDERS = [
  { professionalId: "ib-1", naam: "V. Oorbeeld", functie: "intern begeleider", telefoon: "030-5550142" },
  { professionalId: "ib-2", naam: "T. Weede", functie: "intern begeleider", telefoon: "030-5550143" },
];
const ANSWER_SECONDS = 45;
// Seconds between attempts after silence. In production rather minutes than seconds; then a person is told.
const PAUSES = [0.5, 1, 2, 4, 8];
// How often a step is tried before it is left to a person.
const ATTEMPTS = 3;

// The gateway will not have it; a professional repairs it. Its message holds the codes.
class Refused extends Error {}

// No answer after all attempts. What was being sent stays in the memory, and goes again at the next start.
class Unanswered extends Error {}

// What must survive: written before anything is sent, and whole or not at all.
class Memory {
  constructor(path) {
    this.path = path;
    const empty = { signalen: {}, matches: {}, cursor: null, verzending: null };
    this.kept = existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : empty;
  }

  save() {
    writeFileSync(`${this.path}.nieuw`, JSON.stringify(this.kept, null, 1));
    renameSync(`${this.path}.nieuw`, this.path);
  }
}

// The operations of the contract, over a line that may fail.
class Gateway {
  static async at(wsdl) {
    const client = await soap.createClientAsync(wsdl);
    // The package writes no WS-Addressing itself: an action, and an id that no other message has.
    client.addSoapHeader((method, location, action) => {
      const id = `urn:uuid:${randomUUID()}`;
      return `<a:Action xmlns:a="${WSA}">${action}</a:Action><a:MessageID xmlns:a="${WSA}">${id}</a:MessageID>`;
    });
    return new Gateway(client);
  }

  constructor(client) {
    this.client = client;
  }

  // The answer. The same goes again after silence; throws Refused, Unanswered.
  async say(operation, fields) {
    for (const seconds of [...PAUSES, null]) {
      let wait = 0;
      try {
        const options = { timeout: ANSWER_SECONDS * 1000 };
        const [answer] = await this.client[`${operation}Async`]({ kop: KOP, ...fields }, options);
        if (answer) return answer;
        log(operation, "geen heel antwoord");
      } catch (error) {
        const fault = error.root?.Envelope?.Body?.Fault?.detail?.verwijsindexFout;
        if (fault && String(fault.herhaalbaar) !== "true") {
          throw new Refused(many(fault.bevinding).map((one) => one.code).join(" "));
        }
        wait = Number(error.response?.headers?.["retry-after"]) || 0;
        log(operation, fault ? "later opnieuw" : "geen heel antwoord");
      }
      if (seconds !== null) await pause(Math.max(seconds, wait) * 1000);
    }
    throw new Unanswered(operation);
  }
}

// Does what the kit asks, one step at a time.
class Sender {
  constructor(gateway, memory) {
    this.gateway = gateway;
    this.memory = memory;
    this.kept = memory.kept;
  }

  // Send again what was being sent when the program stopped: the same id, the same content.
  async resume() {
    if (this.kept.verzending === null) return;
    try {
      await this.deliver();
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      log("geweigerd:", error.message);
    }
  }

  // One step. The order of the fields is the order of the contract.
  async step(todo) {
    const { handeling, scenario, gegevens: asked } = todo;
    if (handeling === "matchesOpvragen") return this.poll();
    if (handeling === "signaalAfgeven") return this.give(todo);
    const { bronSignaalId } = this.kept.signalen[scenario];
    const match = this.kept.matches[bronSignaalId];
    switch (handeling) {
      case "signaalIntrekken":
        return this.send(handeling, { bronSignaalId }, scenario);
      case "signaalBeeindigen":
        return this.send(handeling, { bronSignaalId, datumEinde: now().slice(0, 10) }, scenario);
      case "signaalVerlengen":
        return this.send(handeling, { bronSignaalId, verwijderdatum: asked.verwijderdatum }, scenario);
      case "signaalWijzigen":
      case "signaalOverdragen":
        return this.send(handeling, { bronSignaalId, melder: melder(asked) }, scenario);
      case "betekenisAanvullen": {
        const keuze = asked.keuzes.map(({ as, woord, begrip }) => ({ as, woord, begrip }));
        return this.send(handeling, { bronSignaalId, keuze }, scenario);
      }
      case "matchTerugkoppelen":
        return this.send(handeling, { matchId: match.matchId, contact: asked.contact }, scenario);
      case "regieVastleggen": {
        const { regiehandeling } = asked;
        return this.send(handeling, { matchId: match.matchId, regiehandeling, stand: match.stand }, scenario);
      }
      default:
        throw new Refused("dit doet deze client niet");
    }
  }

  async give({ scenario, jeugdige: child, gegevens: asked }) {
    let signal = this.kept.signalen[scenario];
    if (!signal) {
      signal = { bronSignaalId: `node-${randomUUID().slice(0, 13)}`, revisie: 1, melder: 0, gemeld: now() };
    } else if (signal.status === "GEWEIGERD") {
      signal.melder += 1;
    } else if (signal.status !== "ACTIEF") {
      Object.assign(signal, { revisie: signal.revisie + 1, gemeld: now() });
    }
    if (signal.melder >= MELDERS.length) throw new Refused("er is geen andere melder");
    this.kept.signalen[scenario] = { ...signal, status: "ONBEKEND" };
    const { bronSignaalId, revisie, gemeld } = signal;
    const fields = {
      bronSignaalId,
      revisie,
      soort: "SIGNAAL",
      jeugdige: jeugdige(child),
      melder: MELDERS[signal.melder],
      datumTijdMelding: gemeld,
      ...(asked.verwijderdatum && { verwijderdatum: asked.verwijderdatum }),
      attestaties: {
        redelijkVermoeden: true,
        informatieplicht: { wie: informed(child, gemeld), datum: gemeld.slice(0, 10) },
      },
      aanduiding: (asked.aanduidingen ?? []).map(({ as, woord }) => ({ as, woord })),
    };
    return this.send("signaalAfgeven", fields, scenario);
  }

  // Keep a message, and send it.
  async send(operation, fields, dossier) {
    this.kept.verzending = { operation, fields, dossier };
    this.memory.save();
    return this.deliver();
  }

  // Send what was kept until there is an answer, and keep what that says.
  async deliver() {
    const { operation, fields, dossier } = this.kept.verzending;
    try {
      const answer = await this.gateway.say(operation, fields);
      if (answer.stand) {
        this.kept.signalen[dossier].status = answer.stand.status;
        this.keep(answer.stand.match);
      } else {
        this.keep(answer.match);
        if (fields.contact === "VERWIJDERD") delete this.kept.matches[answer.match.bronSignaalId];
      }
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      if (operation === "signaalAfgeven") this.kept.signalen[dossier].status = "GEWEIGERD";
      this.kept.verzending = null;
      this.memory.save();
      throw error;
    }
    this.kept.verzending = null;
    this.memory.save();
  }

  // All that is new of matches. The cursor is kept with what it came with, never before.
  async poll() {
    for (let more = true; more;) {
      const page = await this.gateway.say("matchesOpvragen", this.kept.cursor ? { na: this.kept.cursor } : {});
      this.keep(page.match);
      this.kept.cursor = page.cursor;
      this.memory.save();
      more = page.meer;
    }
  }

  // Keep what is needed to answer a match. Whom it names is shown to the professional, and not kept.
  keep(matches) {
    for (const { bronSignaalId, matchId, regie } of many(matches)) {
      this.kept.matches[bronSignaalId] = { matchId, stand: regie?.stand ?? null };
    }
  }
}

// The child by number where the sender may use it, else by name.
function jeugdige(child) {
  if (child.bsn === undefined) {
    const { familienaam, voorvoegsel, voornamen, geboortedatum, geslacht } = child;
    return { persoonsgegevens: given({ familienaam, voorvoegsel, voornamen, geboortedatum, geslacht }) };
  }
  if (!elfproef(child.bsn)) throw new Refused("het BSN is niet goed overgenomen");
  return { bsn: child.bsn };
}

// A reporter of whom something is new, from names with dots.
function melder(asked) {
  const [professionalId, naam, telefoon] = ["professionalId", "naam", "telefoon"].map((one) => asked[`melder.${one}`]);
  return given({ professionalId, naam, telefoon });
}

// Whether nine figures can be a BSN.
function elfproef(number) {
  const weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
  return /^[0-9]{9}$/.test(number) && weights.reduce((sum, weight, at) => sum + weight * number[at], 0) % 11 === 0;
}

// Who was told: under 12 the representative, 12 to 16 both, from 16 the young person.
function informed({ geboortedatum: born }, day) {
  const age = day.slice(0, 4) - born.slice(0, 4) - (day.slice(5, 10) < born.slice(5) ? 1 : 0);
  if (age < 12) return "VERTEGENWOORDIGER";
  return age < 16 ? "BEIDEN" : "JEUGDIGE";
}

function given(fields) {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

// An element that may repeat is a list only when it does, or not at all.
function many(found) {
  return [found ?? []].flat();
}

function now() {
  return `${new Date().toISOString().slice(0, 19)}Z`;
}

// Names of scenarios, steps, operations and codes; nothing else.
function log(...words) {
  console.log(...words);
}

// Ask what is next and do it, until there is nothing left; gives what was left to a person.
async function work(sender, url) {
  const tried = {};
  const left = new Set();
  for (;;) {
    const told = await fetch(`${url}/toets/opdracht?formaat=soap&zonder=${[...left].join(",")}`);
    if (told.status === 204) return left;
    const todo = await told.json();
    const step = `${todo.scenario} ${todo.stap}`;
    tried[step] = (tried[step] ?? 0) + 1;
    try {
      await sender.step(todo);
      log(step, todo.handeling, "gedaan");
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      log(step, todo.handeling, "geweigerd:", error.message);
    }
    if (tried[step] >= ATTEMPTS) left.add(todo.scenario);
  }
}

async function main(url, memory) {
  const sender = new Sender(await Gateway.at(`${url}/soap/v1?wsdl`), new Memory(memory));
  try {
    await sender.resume();
    const left = await work(sender, url);
    log(left.size ? `niet gelukt: ${[...left].join(" ")}` : "klaar");
    process.exitCode = left.size ? 1 : 0;
  } catch (error) {
    if (!(error instanceof Unanswered)) throw error;
    log("geen antwoord op", error.message, "; start later opnieuw");
    process.exitCode = 1;
  }
}

main(...process.argv.slice(2)).catch((error) => {
  // What went wrong and where, not its text: that may hold what was sent.
  console.error([error.name, ...error.stack.split("\n").filter((line) => line.startsWith("    at "))].join("\n"));
  process.exitCode = 1;
});
