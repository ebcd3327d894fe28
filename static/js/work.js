// The device works for a code: <form data-work="ticket" data-bits="12" data-puzzles="16"> with a hidden input named
// "answer". For each puzzle it looks for a number n such that SHA-256 of "ticket.puzzle.n" begins with so many zero bits,
// writes the numbers down and sends the form. [data-by-device] is shown and [data-by-hand] hidden meanwhile; [data-count]
// counts puzzles, the <progress> moves, and [data-status] says its data-half and data-done. Without this script the reader
// waits until the time on the page and presses the button. The hash is our own, because browsers give theirs to https only
// and one call of it for each try is slower than the work; a few milliseconds at a time, so that the page stays usable.
const SLICE = 16;
const MOST = 2 ** 31;

const ROUNDS = Int32Array.of(
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
);
const START = Int32Array.of(
  0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19,
);
const words = new Int32Array(64);

// The first 32 bits of SHA-256 of a text of one block, whose 16 words stand in `words`.
function firstWord() {
  for (let i = 16; i < 64; i++) {
    const x = words[i - 15];
    const y = words[i - 2];
    const small = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const large = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    words[i] = (words[i - 16] + small + words[i - 7] + large) | 0;
  }
  let a = START[0], b = START[1], c = START[2], d = START[3], e = START[4], f = START[5], g = START[6], h = START[7];
  for (let i = 0; i < 64; i++) {
    const large = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const one = (h + large + ((e & f) ^ (~e & g)) + ROUNDS[i] + words[i]) | 0;
    const small = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const two = (small + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
  }
  return (a + START[0]) >>> 0;
}

function hash(text) {
  words.fill(0, 0, 16);
  for (let i = 0; i < text.length; i++) words[i >> 2] |= text.charCodeAt(i) << (24 - 8 * (i & 3));
  words[text.length >> 2] |= 0x80 << (24 - 8 * (text.length & 3));
  words[15] = text.length * 8;
  return firstWord();
}

const pause = () => new Promise((go) => setTimeout(go));

async function solve(ticket, puzzle, bits) {
  let until = performance.now() + SLICE;
  for (let n = 0; n < MOST; n++) {
    if (hash(`${ticket}.${puzzle}.${n}`) >>> (32 - bits) === 0) return n;
    if (n % 64 === 0 && performance.now() > until) {
      await pause();
      until = performance.now() + SLICE;
    }
  }
  throw new Error("no answer");
}

async function work(form) {
  const { work: ticket, bits, puzzles } = form.dataset;
  const [byDevice, byHand, count, bar, status] =
    ["[data-by-device]", "[data-by-hand]", "[data-count]", "progress", "[data-status]"].map((what) => form.querySelector(what));
  const show = (device) => { byDevice.hidden = !device; byHand.hidden = device; };
  show(true);
  try {
    const answer = [];
    for (let puzzle = 0; puzzle < Number(puzzles); puzzle++) {
      answer.push(await solve(ticket, puzzle, Number(bits)));
      count.textContent = bar.value = answer.length;
      if (answer.length === Math.ceil(puzzles / 2)) status.textContent = status.dataset.half;
    }
    form.elements.answer.value = answer.join(",");
    status.textContent = status.dataset.done;
    form.submit();
  } catch {
    show(false);
  }
}

document.querySelectorAll("form[data-work]").forEach(work);
