// The smallest program that shows that a container starts: it writes a word and exits. Made here byte by byte, for there is
// no static program that every node has. Runs nothing.

/** What it writes. */
export const trialWord = "started\n";

const headerSize = 64 + 56;
const base = 0x400000n;
/** e_machine (elf(5)) of the architectures that there is code for, by the kernel's name (uname(2)). */
const machines = { x86_64: 62, aarch64: 183 } as const;
export type TrialMachine = keyof typeof machines;

export function isTrialMachine(machine: string): machine is TrialMachine {
  return Object.hasOwn(machines, machine);
}

function word32(value: number): readonly number[] {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255, (value >>> 24) & 255];
}

/** write(1, word); exit_group(0); exit(0), should the first be refused; then a trap. */
function codeX86(): readonly number[] {
  const move = (register: number, value: number) => [0xb8 + register, ...word32(value)];
  const call = [0x0f, 0x05];
  const exits = [...move(0, 231), 0x31, 0xff, ...call, ...move(0, 60), ...call, 0x0f, 0x0b];
  const length = move(2, trialWord.length);
  const text = length.length + call.length + exits.length;
  return [...move(0, 1), ...move(7, 1), 0x48, 0x8d, 0x35, ...word32(text), ...length, ...call, ...exits];
}

function codeArm(): readonly number[] {
  const move = (register: number, value: number) => 0xd2800000 + value * 32 + register;
  const call = 0xd4000001;
  const after = [move(2, trialWord.length), call, move(8, 94), move(0, 0), call, move(8, 93), call, 0];
  // adr x1: the word begins behind the last instruction.
  const distance = 4 * (after.length + 1);
  const address = 0x10000000 + ((distance & 3) << 29) + ((distance >> 2) << 5) + 1;
  return [move(8, 64), move(0, 1), address, ...after].flatMap(word32);
}

/** An ELF executable of one segment (elf(5)). */
export function trialProgram(machine: TrialMachine): Uint8Array {
  const code = machine === "x86_64" ? codeX86() : codeArm();
  const body = [...code, ...Buffer.from(trialWord)];
  const file = Buffer.alloc(headerSize + body.length);
  const size = BigInt(file.length);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16);
  file.writeUInt16LE(machines[machine], 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(base + BigInt(headerSize), 24);
  file.writeBigUInt64LE(64n, 32);
  for (const [at, value] of [
    [52, 64],
    [54, 56],
    [56, 1],
    [58, 64],
  ] as const)
    file.writeUInt16LE(value, at);
  // PT_LOAD, readable and executable: the whole file.
  file.writeUInt32LE(1, 64);
  file.writeUInt32LE(5, 68);
  for (const [at, value] of [
    [72, 0n],
    [80, base],
    [88, base],
    [96, size],
    [104, size],
    [112, 0x1000n],
  ] as const)
    file.writeBigUInt64LE(value, at);
  file.set(body, headerSize);
  return file;
}
