/** Peers may make up names: of more, or longer ones, nothing is kept. */
const MOST_NAMES = 500;
const LONGEST = 64;

/** What is found of a field's name, as it was written: peers say the same ones again and again. */
export class KnownNames<T> {
  private readonly known = new Map<string, T>();

  constructor(private readonly find: (name: string) => T) {}

  of(name: string): T {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const found = this.find(name);
    if (name.length > LONGEST) return found;
    if (this.known.size >= MOST_NAMES) this.known.clear();
    // A copy: a part of a head would keep all of it alive.
    this.known.set(Buffer.from(name, 'latin1').toString('latin1'), found);
    return found;
  }
}
