<?php
// A sender in PHP with its own SoapClient: `php client.php http://127.0.0.1:9070 geheugen.json`. Copy what you need.
//
// All it knows of a gateway is the served WSDL. What to do it asks the kit, where in your system a professional decides.
// It keeps its signals, its matches and what it is sending in one file, and writes nothing of a person in its log.
// Exit code 0 when all that was asked is done.

declare(strict_types=1);

const WSA = 'http://www.w3.org/2005/08/addressing';
const CONTRACT = 'urn:x-verwijsindex-gateway:aanlevering:1';
const KOP = ['bronSysteem' => 'voorbeeld-php'];
const MELDERS = [
    ['professionalId' => 'ib-1', 'naam' => 'V. Oorbeeld', 'functie' => 'intern begeleider', 'telefoon' => '030-5550142'],
    ['professionalId' => 'ib-2', 'naam' => 'T. Weede', 'functie' => 'intern begeleider', 'telefoon' => '030-5550143'],
];
const ANSWER_SECONDS = 45;
// Seconds between attempts after silence. In production rather minutes than seconds; then a person is told.
const PAUSES = [0.5, 1, 2, 4, 8, null];
// How often a step is tried before it is left to a person.
const ATTEMPTS = 3;

// The gateway will not have it; a professional repairs it. Its message holds the codes.
class Refused extends Exception
{
}

// No answer after all attempts. What was being sent stays in the memory, and goes again at the next start.
class Unanswered extends Exception
{
}

// What must survive: written before anything is sent, and whole or not at all.
class Memory
{
    public array $kept = ['signalen' => [], 'matches' => [], 'cursor' => null, 'verzending' => null];

    public function __construct(private string $path)
    {
        if (file_exists($path)) {
            $this->kept = json_decode(file_get_contents($path), true, 64, JSON_THROW_ON_ERROR);
        }
    }

    public function save(): void
    {
        $text = json_encode($this->kept, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_THROW_ON_ERROR);
        file_put_contents("{$this->path}.nieuw", $text);
        rename("{$this->path}.nieuw", $this->path);
    }
}

// The operations of the contract, over a line that may fail.
class Gateway
{
    private SoapClient $client;

    public function __construct(string $wsdl)
    {
        ini_set('default_socket_timeout', (string) ANSWER_SECONDS);
        $this->client = new SoapClient($wsdl, [
            'cache_wsdl' => WSDL_CACHE_NONE,
            'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
            'keep_alive' => false,
            'trace' => true,
        ]);
    }

    // The answer. The same goes again after silence; throws Refused, Unanswered.
    public function say(string $operation, array $fields): stdClass
    {
        foreach (PAUSES as $pause) {
            $this->address($operation);
            $wait = 0;
            try {
                return $this->client->$operation(['kop' => KOP] + $fields);
            } catch (SoapFault $fault) {
                $detail = $fault->detail->verwijsindexFout ?? null;
                // In a fault every value is text, and "false" is no false.
                if ($detail !== null && !filter_var($detail->herhaalbaar, FILTER_VALIDATE_BOOLEAN)) {
                    throw new Refused(implode(' ', array_column(many($detail->bevinding), 'code')));
                }
                $wait = $detail === null ? 0 : $this->asked();
                tell($operation, $detail === null ? 'geen heel antwoord' : 'later opnieuw');
            }
            if ($pause !== null) {
                usleep((int) (1_000_000 * max($pause, $wait)));
            }
        }
        throw new Unanswered($operation);
    }

    // SoapClient writes no WS-Addressing itself: an action, and an id that no other message has.
    private function address(string $operation): void
    {
        $id = vsprintf('urn:uuid:%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex(random_bytes(16)), 4));
        $this->client->__setSoapHeaders([
            new SoapHeader(WSA, 'Action', CONTRACT . "/$operation"),
            new SoapHeader(WSA, 'MessageID', $id),
        ]);
    }

    // For how many seconds the last answer asks to wait.
    private function asked(): int
    {
        $headers = (string) $this->client->__getLastResponseHeaders();
        return preg_match('/^retry-after:\s*(\d+)\s*$/mi', $headers, $found) ? (int) $found[1] : 0;
    }
}

// Does what the kit asks, one step at a time.
class Sender
{
    public function __construct(private Gateway $gateway, private Memory $memory)
    {
    }

    // Send again what was being sent when the program stopped: the same id, the same content.
    public function resume(): void
    {
        if ($this->memory->kept['verzending'] === null) {
            return;
        }
        try {
            $this->deliver();
        } catch (Refused $refused) {
            tell('geweigerd:', $refused->getMessage());
        }
    }

    // One step.
    public function step(array $todo): void
    {
        ['handeling' => $operation, 'scenario' => $dossier, 'gegevens' => $asked] = $todo;
        if ($operation === 'matchesOpvragen') {
            $this->poll();
            return;
        }
        if ($operation === 'signaalAfgeven') {
            $this->give($todo);
            return;
        }
        $own = ['bronSignaalId' => $this->memory->kept['signalen'][$dossier]['bronSignaalId']];
        $match = $this->memory->kept['matches'][$own['bronSignaalId']] ?? [];
        $fields = match ($operation) {
            'signaalIntrekken' => $own,
            'signaalBeeindigen' => $own + ['datumEinde' => date('Y-m-d')],
            'signaalVerlengen' => $own + ['verwijderdatum' => $asked['verwijderdatum']],
            'signaalWijzigen', 'signaalOverdragen' => $own + ['melder' => melder($asked)],
            'betekenisAanvullen' => $own + ['keuze' => $asked['keuzes']],
            'matchTerugkoppelen' => ['matchId' => $match['matchId'], 'contact' => $asked['contact']],
            'regieVastleggen' => ['matchId' => $match['matchId'], 'stand' => $match['stand']] + $asked,
        };
        $this->send($operation, $fields, $dossier);
    }

    private function give(array $todo): void
    {
        ['scenario' => $dossier, 'jeugdige' => $child, 'gegevens' => $asked] = $todo;
        $signal = $this->memory->kept['signalen'][$dossier] ?? null;
        if ($signal === null) {
            $id = 'php-' . bin2hex(random_bytes(6));
            $signal = ['bronSignaalId' => $id, 'revisie' => 1, 'melder' => 0, 'gemeld' => date('c')];
        } elseif ($signal['status'] === 'GEWEIGERD') {
            $signal['melder'] += 1;
        } elseif ($signal['status'] !== 'ACTIEF') {
            $signal = ['revisie' => $signal['revisie'] + 1, 'gemeld' => date('c')] + $signal;
        }
        if ($signal['melder'] >= count(MELDERS)) {
            throw new Refused('er is geen andere melder');
        }
        $fields = [
            'bronSignaalId' => $signal['bronSignaalId'],
            'revisie' => $signal['revisie'],
            'soort' => 'SIGNAAL',
            'jeugdige' => jeugdige($child),
            'melder' => MELDERS[$signal['melder']],
            'datumTijdMelding' => $signal['gemeld'],
            'attestaties' => [
                'redelijkVermoeden' => true,
                'informatieplicht' => [
                    'wie' => informed($child, $signal['gemeld']),
                    'datum' => substr($signal['gemeld'], 0, 10),
                ],
            ],
            'aanduiding' => $asked['aanduidingen'] ?? [],
        ];
        if (isset($asked['verwijderdatum'])) {
            $fields['verwijderdatum'] = $asked['verwijderdatum'];
        }
        $this->memory->kept['signalen'][$dossier] = ['status' => 'ONBEKEND'] + $signal;
        $this->send('signaalAfgeven', $fields, $dossier);
    }

    // Keep a message, and send it.
    private function send(string $operation, array $fields, string $dossier): void
    {
        $this->memory->kept['verzending'] = ['operation' => $operation, 'fields' => $fields, 'dossier' => $dossier];
        $this->memory->save();
        $this->deliver();
    }

    // Send what was kept until there is an answer, and keep what that says.
    private function deliver(): void
    {
        $kept = &$this->memory->kept;
        ['operation' => $operation, 'fields' => $fields, 'dossier' => $dossier] = $kept['verzending'];
        try {
            $answer = $this->gateway->say($operation, $fields);
        } catch (Refused $refused) {
            if ($operation === 'signaalAfgeven') {
                $kept['signalen'][$dossier]['status'] = 'GEWEIGERD';
            }
            $kept['verzending'] = null;
            $this->memory->save();
            throw $refused;
        }
        if (isset($answer->stand)) {
            $kept['signalen'][$dossier]['status'] = $answer->stand->status;
            $this->keep(many($answer->stand->match ?? []));
        } else {
            $this->keep([$answer->match]);
            if (($fields['contact'] ?? '') === 'VERWIJDERD') {
                unset($kept['matches'][$answer->match->bronSignaalId]);
            }
        }
        $kept['verzending'] = null;
        $this->memory->save();
    }

    // All that is new of matches. The cursor is kept with what it came with, never before.
    private function poll(): void
    {
        do {
            $cursor = $this->memory->kept['cursor'];
            $page = $this->gateway->say('matchesOpvragen', $cursor === null ? [] : ['na' => $cursor]);
            $this->keep(many($page->match ?? []));
            $this->memory->kept['cursor'] = $page->cursor;
            $this->memory->save();
        } while ($page->meer);
    }

    // Keep what is needed to answer a match. Whom it names is shown to the professional, and not kept.
    private function keep(array $matches): void
    {
        foreach ($matches as $one) {
            $stand = $one->regie->stand ?? null;
            $this->memory->kept['matches'][$one->bronSignaalId] = ['matchId' => $one->matchId, 'stand' => $stand];
        }
    }
}

// The child by number where the sender may use it, else by name.
function jeugdige(array $child): array
{
    if (!isset($child['bsn'])) {
        return ['persoonsgegevens' => $child];
    }
    if (!elfproef($child['bsn'])) {
        throw new Refused('het BSN is niet goed overgenomen');
    }
    return ['bsn' => $child['bsn']];
}

// A reporter of whom something is new, from names with dots.
function melder(array $asked): array
{
    $names = array_map(fn (string $name): string => str_replace('melder.', '', $name), array_keys($asked));
    return array_combine($names, array_values($asked));
}

// Whether nine figures can be a BSN.
function elfproef(string $number): bool
{
    if (!preg_match('/\A[0-9]{9}\z/', $number)) {
        return false;
    }
    $weights = [9, 8, 7, 6, 5, 4, 3, 2, -1];
    $each = array_map(fn (int $weight, string $figure): int => $weight * (int) $figure, $weights, str_split($number));
    return array_sum($each) % 11 === 0;
}

// Who was told: under 12 the representative, 12 to 16 both, from 16 the young person.
function informed(array $child, string $moment): string
{
    $day = new DateTimeImmutable(substr($moment, 0, 10));
    $age = (new DateTimeImmutable($child['geboortedatum']))->diff($day)->y;
    return $age < 12 ? 'VERTEGENWOORDIGER' : ($age < 16 ? 'BEIDEN' : 'JEUGDIGE');
}

// In a fault, an element that may repeat is a list only when it does.
function many(mixed $found): array
{
    return is_array($found) ? $found : [$found];
}

// Names of scenarios, steps, operations and codes; nothing else.
function tell(string ...$words): void
{
    echo implode(' ', $words), "\n";
}

// Ask what is next and do it, until there is nothing left; gives what was left to a person.
function work(Sender $sender, string $url): array
{
    $tried = $left = [];
    while (true) {
        $told = file_get_contents("$url/toets/opdracht?formaat=soap&zonder=" . implode(',', $left));
        if ($told === '') {
            return $left;
        }
        if ($told === false) {
            throw new RuntimeException();
        }
        $todo = json_decode($told, true, 64, JSON_THROW_ON_ERROR);
        $step = "{$todo['scenario']} {$todo['stap']}";
        $tried[$step] = ($tried[$step] ?? 0) + 1;
        try {
            $sender->step($todo);
            tell($step, $todo['handeling'], 'gedaan');
        } catch (Refused $refused) {
            tell($step, $todo['handeling'], 'geweigerd:', $refused->getMessage());
        }
        if ($tried[$step] >= ATTEMPTS) {
            $left[] = $todo['scenario'];
        }
    }
}

// What goes wrong is told without its text and without arguments: those may hold what was sent.
set_exception_handler(function (Throwable $wrong): never {
    fwrite(STDERR, get_class($wrong) . " at line {$wrong->getLine()}\n");
    exit(1);
});
[, $url, $path] = $argv;
$sender = new Sender(new Gateway("$url/soap/v1?wsdl"), new Memory($path));
try {
    $sender->resume();
    $left = work($sender, $url);
    tell($left ? 'niet gelukt: ' . implode(' ', $left) : 'klaar');
    exit($left ? 1 : 0);
} catch (Unanswered $silence) {
    tell('geen antwoord op', $silence->getMessage(), '; start later opnieuw');
    exit(1);
}
