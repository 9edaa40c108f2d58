// node `soap` or `strong-soap` (first argument) on the project's own WSDL: answers as much, validates no value, stores nothing.
// usage: node node_soap.js LIBRARY PORT WSDL ANSWER.json
const [library, port, wsdl, answer] = process.argv.slice(2);
const fs = require('fs'), http = require('http');
const found = require(require.resolve(library, { paths: [process.cwd()] })), soap = found.soap || found;
const fixed = JSON.parse(fs.readFileSync(answer, 'utf8'));
function signaalAfgeven(said, callback) {
  const now = new Date().toISOString();
  const reply = { ...fixed, ontvangstbewijs: { ...fixed.ontvangstbewijs, bronSignaalId: said.bronSignaalId, ontvangenOp: now },
    stand: { ...fixed.stand, standVan: now } };
  if (callback) callback(null, reply); else return reply;
}
const server = http.createServer((request, response) => { response.statusCode = 404; response.end(); });
server.keepAliveTimeout = 60000;
server.listen(+port, '127.0.0.1');
const services = { AanleveringService: { AanleveringPoort: { signaalAfgeven } } };
const xml = fs.readFileSync(wsdl, 'utf8');
if (library === 'soap') soap.listen(server, { path: '/soap/v1', services, xml });
else soap.listen(server, '/soap/v1', services, xml);
