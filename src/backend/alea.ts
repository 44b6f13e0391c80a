// The generator that tfjs draws uniform numbers from (`alea` of the package seedrandom): a multiply-with-carry generator
// of three words of 32 bits,
//
//   t = A * x[0] + carry;  x = [x[1], x[2], t mod 2^32];  carry = floor(t / 2^32)
//
// whose numbers are x[2] / 2^32. A step divides x[0] + x[1] * 2^32 + x[2] * 2^64 + carry * 2^96 by 2^32, modulo
// A * 2^96 - 1: so many steps are one multiplication, and threads can begin in the middle.
//
// Baagøe: Better random numbers for JavaScript, 2010. Marsaglia: Random number generators, 2003.

/** MULTIPLIER of assembly/dropout.ts. */
const A = 2_091_639n;
const modulus = (A << 96n) - 1n;
/** What divides by 2^32: their product is A * 2^96, which leaves 1. */
const oneStep = A << 64n;
const word = 0xffff_ffffn;

/** Three words and the carry of the generator with this seed, before its first number. */
export function aleaState(seed: number): bigint {
  const hash = hasher();
  const spaces = [hash(' '), hash(' '), hash(' ')] as const;
  const text = String(seed);
  let state = 1n << 96n; // the carry begins at 1
  for (const [place, start] of spaces.entries()) {
    const difference = start - hash(text);
    state |= BigInt(difference < 0 ? difference + 2 ** 32 : difference) << BigInt(32 * place);
  }
  return state;
}

/** What a state is multiplied by, modulo `modulus`, to go on by `count` numbers. */
export function aleaJump(count: number): bigint {
  let [power, square] = [1n, oneStep];
  for (let left = count; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) power = (power * square) % modulus;
    square = (square * square) % modulus;
  }
  return power;
}

/** The states at every `jump`, `count` of them, each as its three words and the carry. */
export function aleaStates(state: bigint, jump: bigint, count: number): Uint32Array {
  const words = new Uint32Array(4 * count);
  let now = state;
  for (let i = 0; i < words.length; now = (now * jump) % modulus) {
    for (let shift = 0n; shift < 128n; shift += 32n) words[i++] = Number((now >> shift) & word);
  }
  return words;
}

/** Numbers below 2^32 from texts, each of which depends on all texts before it. */
function hasher(): (text: string) => number {
  let n = 0xefc8_249d;
  return (text) => {
    for (let i = 0; i < text.length; i++) {
      n += text.charCodeAt(i);
      const scaled = 0.025_196_032_824_169_38 * n;
      const whole = scaled >>> 0;
      const mixed = (scaled - whole) * whole;
      const rest = mixed >>> 0;
      n = rest + (mixed - rest) * 2 ** 32;
    }
    return n >>> 0;
  };
}
