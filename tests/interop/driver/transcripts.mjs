// Every handover: the parties compute the SessionTranscript from its inputs and must get the lane's own bytes.
import assert from 'node:assert/strict';
import { docType, handovers, licence, selection, session } from './fixtures.mjs';

export async function transcripts(suite, { ours, owf }) {
  for (const handover of handovers) {
    for (const party of [owf, ...(ours ? [ours] : [])]) {
      await suite.case(`${party.name} computes the transcript: ${handover}`, async () => {
        const { readerKey, session_transcript, ...inputs } = session(handover);
        assert.equal(await party.transcript(inputs), session_transcript);
      });
    }
  }
  if (!ours) return;
  await suite.case('owf accepts our reader authentication', async () => {
    const { session_transcript } = session('qr');
    const pki = await ours.pki('P-256');
    const signed = await ours.request({ doc_type: docType, elements: selection(licence()), session_transcript,
      ...pki });
    const verdict = await owf.checkRequest({ device_request: signed, session_transcript });
    assert.ok(verdict.accepted, verdict.failed.join('; '));
  });
  await suite.case('owf refuses our reader authentication in another session', async () => {
    const pki = await ours.pki('P-256');
    const signed = await ours.request({ doc_type: docType, elements: selection(licence()),
      session_transcript: session('qr').session_transcript, ...pki });
    const verdict = await owf.checkRequest({ device_request: signed, ...session('qr') });
    assert.equal(verdict.accepted, false);
  });
}
