// Child processes: one question and answer, or a conversation of JSON lines.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

const timeLimit = 60_000;

/** Runs a program to its end. Rejects only when it cannot be started or does not end. */
export function run(program, args, { input = '', env } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'], timeout: timeLimit,
      env: { ...process.env, ...env } });
    const output = { stdout: [], stderr: [] };
    for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => output[name].push(chunk));
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) return reject(new Error(`${program} ${args[0] ?? ''} ended by ${signal}`));
      return resolve({ code, stdout: Buffer.concat(output.stdout), stderr: Buffer.concat(output.stderr).toString() });
    });
    child.stdin.on('error', () => {});  // the child may answer without reading everything
    child.stdin.end(input);
  });
}

/** A program that answers each JSON line with one JSON line. */
export class Conversation {
  constructor(program, args) {
    this.child = spawn(program, args, { stdio: ['pipe', 'pipe', 'pipe'] });
    this.waiting = [];
    this.complaints = '';
    this.child.stderr.on('data', (chunk) => { this.complaints += chunk; });
    this.child.stdin.on('error', () => {});
    createInterface({ input: this.child.stdout }).on('line', (line) => this.waiting.shift()?.resolve(line));
    this.ended = new Promise((resolve) => {
      const end = (error) => {
        const reason = error?.message ?? this.complaints.trim().split('\n').slice(-3).join(' | ');
        for (const { reject } of this.waiting.splice(0)) reject(new Error(`${program} went away: ${reason}`));
        this.gone = true;
        resolve();
      };
      this.child.on('error', end);
      this.child.on('close', () => end());
    });
  }

  async ask(question) {
    if (this.gone) throw new Error('the program has ended');
    const answer = new Promise((resolve, reject) => { this.waiting.push({ resolve, reject }); });
    this.child.stdin.write(`${JSON.stringify(question)}\n`);
    const timer = setTimeout(() => this.child.kill(), timeLimit);
    try {
      const parsed = JSON.parse(await answer);
      if (parsed.error) throw new Error(parsed.error);
      return parsed;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Closes standard input, which ends a well-behaved program; kills one that stays. */
  async end() {
    this.child.stdin.end();
    const timer = setTimeout(() => this.child.kill(), 2000);
    await this.ended;
    clearTimeout(timer);
  }
}
