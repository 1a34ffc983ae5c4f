// Another mdoc library as a party of the interop lane.
//
//   node peer.mjs pki                                    a fresh IACA, document signer, reader authority and reader
//   node peer.mjs LIBRARY issue|respond|verify|check-request|transcript
//
// LIBRARY is owf (@owf/mdoc) or auth0 (@auth0/mdl). One JSON object is read from standard input and one written to
// standard output: bytes as hexadecimal text, keys as JWK, certificates as PEM, element values as mdoc-cli prints
// them. A refusal is an answer ({"accepted": false, "failed": […]}); {"error": …} and exit code 1 mean that the
// library could not do what was asked.
//
// The two libraries extend one shared CBOR encoder in different ways, so a process loads only one of them.

async function readStandardInput() {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString() || '{}');
}

async function main([first, second]) {
  const input = await readStandardInput();
  if (first === 'pki') return (await import('./pki.mjs')).makePki(input);
  if (!['owf', 'auth0'].includes(first)) throw new Error(`unknown library: ${first}`);
  const library = await import(`./${first}.mjs`);
  const commands = { issue: library.issue, respond: library.respond, verify: library.verify,
    'check-request': library.checkRequest, transcript: library.transcript };
  if (!commands[second]) throw new Error(`${first} has no command ${second}`);
  return commands[second](input);
}

// A library that prints would spoil the answer.
console.log = console.error;
try {
  process.stdout.write(`${JSON.stringify(await main(process.argv.slice(2)))}\n`);
} catch (error) {
  process.stdout.write(`${JSON.stringify({ error: `${error.name}: ${error.message}` })}\n`);
  process.exitCode = 1;
}
