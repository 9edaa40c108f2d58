<?php
// A sender in PHP with its own SoapClient: `php client.php WSDL TOKEN OTHER_TOKEN BSN`. Copy what you need.
//
// Everything it knows of the gateway is the served WSDL. It prints what it saw as one line of JSON.

declare(strict_types=1);

[, $wsdl, $token, $otherToken, $bsn] = $argv;
$run = bin2hex(random_bytes(4));
$kop = ['bronSysteem' => 'voorbeeld-php'];

// A client for one organisation; the token says which.
function connect(string $wsdl, string $token): SoapClient
{
    return new SoapClient($wsdl, [
        'cache_wsdl' => WSDL_CACHE_NONE,
        'features' => SOAP_SINGLE_ELEMENT_ARRAYS,
        'keep_alive' => false,
        'stream_context' => stream_context_create(['http' => ['header' => "Authorization: Bearer $token"]]),
    ]);
}

function signaalAfgeven(SoapClient $organisatie, string $bronSignaalId, string $bsn): stdClass
{
    return $organisatie->signaalAfgeven([
        'kop' => $GLOBALS['kop'],
        'bronSignaalId' => $bronSignaalId,
        'soort' => 'SIGNAAL',
        'jeugdige' => ['bsn' => $bsn],
        'melder' => ['professionalId' => 'p-1', 'naam' => 'V. Oorbeeld', 'telefoon' => '030-1234567'],
        'datumTijdMelding' => gmdate('Y-m-d\TH:i:s\Z'),
        'attestaties' => [
            'redelijkVermoeden' => true,
            'informatieplicht' => ['wie' => 'JEUGDIGE', 'datum' => gmdate('Y-m-d')],
        ],
        'aanduiding' => [['as' => 'urgentie', 'woord' => 'spoed']],
    ]);
}

// Ask again and again, each time after the last cursor, until there is a match on this signal.
function firstMatch(SoapClient $organisatie, string $bronSignaalId, int $seconds = 30): stdClass
{
    $question = ['kop' => $GLOBALS['kop']];
    for ($until = time() + $seconds; time() < $until;) {
        $page = $organisatie->matchesOpvragen($question);
        foreach ($page->match ?? [] as $match) {
            if (($match->bronSignaalId ?? '') === $bronSignaalId) {
                return $match;
            }
        }
        $question['na'] = $page->cursor;
        if (!$page->meer) {
            usleep(500_000);
        }
    }
    throw new RuntimeException('no match');
}

[$ours, $theirs] = [connect($wsdl, $token), connect($wsdl, $otherToken)];
[$ourId, $theirId] = ["$run-ons", "$run-hun"];

$given = signaalAfgeven($ours, $ourId, $bsn);
signaalAfgeven($theirs, $theirId, $bsn);
$match = firstMatch($ours, $ourId);
$status = $ours->statusOpvragen(['kop' => $kop, 'bronSignaalId' => $ourId]);
$today = (new DateTime('now', new DateTimeZone('Europe/Amsterdam')))->format('Y-m-d');
$ended = $ours->signaalBeeindigen(['kop' => $kop, 'bronSignaalId' => $ourId, 'datumEinde' => $today]);

try {
    signaalAfgeven($ours, "$run-fout", '111111111');
    throw new RuntimeException('a wrong BSN was accepted');
} catch (SoapFault $fault) {
    $detail = $fault->detail->verwijsindexFout;
    // In a fault, an element that may repeat is a list only when it does.
    $bevinding = is_array($detail->bevinding) ? $detail->bevinding[0] : $detail->bevinding;
}

echo json_encode([
    'bronSignaalId' => $given->ontvangstbewijs->bronSignaalId,
    'woord' => $given->vertaling[0]->woord,
    'advies' => $given->advies[0]->code,
    'instantie' => $match->betrokkene[0]->instantie,
    'telefoon' => $match->betrokkene[0]->telefoon,
    'status' => $status->stand->status,
    'bezorging' => $status->stand->bezorging,
    'matches' => count($status->stand->match),
    'einde' => $ended->stand->status,
    'faultcode' => array_slice(explode(':', $fault->faultcode), -1)[0],
    'code' => $bevinding->code,
    'plek' => $detail->plek,
    'plaats' => $bevinding->plaats,
], JSON_UNESCAPED_SLASHES), "\n";
