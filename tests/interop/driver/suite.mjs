// Runs cases one after the other: one line for each, totals at the end.

export class Suite {
  #passed = 0;
  #failures = [];

  constructor(filter) { this.filter = filter; }

  async case(name, body) {
    if (this.filter && !this.filter.test(name)) return;
    try {
      await body();
      this.#passed += 1;
      console.log(`ok    ${name}`);
    } catch (error) {
      this.#failures.push(name);
      console.log(`FAIL  ${name}\n      ${String(error.message).trim().replaceAll('\n', '\n      ')}`);
    }
  }

  /** A fault of a peer that docs/interop.md describes. The case passes while the fault is there. */
  knownFault(name, body) { return this.case(`known fault: ${name}`, body); }

  /** Prints the totals; true when something ran and nothing failed. */
  finish() {
    console.log(`${this.#passed} passed, ${this.#failures.length} failed`);
    return this.#passed > 0 && this.#failures.length === 0;
  }
}
