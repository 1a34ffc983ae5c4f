// The interop lane: we and other mdoc implementations issue, present and verify each other's documents.
//
//   node run.mjs --peers build/interop/node/peer.mjs [--mdoc-cli PATH] [--isomdl-peer PATH] [--session-peer PATH]
//                [--filter REGEX] [--keep DIRECTORY]
//
// Without --mdoc-cli the peers meet each other only, which tells a broken peer from a broken us. Prints a line for
// each case and `N passed, N failed`; exit code 1 if any failed. scripts/interop prepares the peers and calls this.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { IsomdlIssuer, MdocCli, NodePeer } from './driver/parties.mjs';
import { presentations } from './driver/presentations.mjs';
import { sessions } from './driver/sessions.mjs';
import { Suite } from './driver/suite.mjs';
import { transcripts } from './driver/transcripts.mjs';

const text = { type: 'string' };
const { values: options } = parseArgs({ options: { peers: text, 'mdoc-cli': text, 'isomdl-peer': text,
  'session-peer': text, filter: text, keep: text } });
if (!options.peers) {
  console.error('run.mjs: --peers PATH of peer.mjs is needed; scripts/interop prepares it');
  process.exit(2);
}

const directory = options.keep ?? await mkdtemp(path.join(os.tmpdir(), 'mdoc-interop-'));
const parties = {
  owf: new NodePeer('owf', options.peers),
  auth0: new NodePeer('auth0', options.peers, { key_id: 'interop' }),  // without one it writes kid: undefined
  ours: options['mdoc-cli'] && new MdocCli(options['mdoc-cli'], directory),
};
parties.isomdl = options['isomdl-peer'] && new IsomdlIssuer(options['isomdl-peer'], parties.owf);
const suite = new Suite(options.filter && new RegExp(options.filter));
try {
  await transcripts(suite, parties);
  await presentations(suite, parties);
  await sessions(suite, parties, { isomdl: options['isomdl-peer'], ours: options['session-peer'] });
} finally {
  if (!options.keep) await rm(directory, { recursive: true, force: true });
}
process.exitCode = suite.finish() ? 0 : 1;
