// What a password field of crypt(5) says of itself: empty, locked, by which method. The hash stays in the field.

export interface PasswordState {
  /** `empty`: logs in without one. `shadow`: the `x` of passwd. `none`: no password can match (`*`, `!`). */
  readonly kind: "empty" | "shadow" | "none" | "hash";
  /** Starts with `!`: usermod -L put it out of use. */
  readonly locked: boolean;
  /** The method of crypt(5) by its prefix; undefined where there is no hash. */
  readonly method: CryptMethod | undefined;
}

export type CryptMethod =
  | "yescrypt"
  | "gost-yescrypt"
  | "scrypt"
  | "bcrypt"
  | "sha512"
  | "sha256"
  | "sha1"
  | "sun-md5"
  | "md5"
  | "bsdi"
  | "nt"
  | "des"
  | "unknown";

const methods: readonly (readonly [RegExp, CryptMethod])[] = [
  [/^\$y\$/, "yescrypt"],
  [/^\$gy\$/, "gost-yescrypt"],
  [/^\$7\$/, "scrypt"],
  [/^\$2[abxy]?\$/, "bcrypt"],
  [/^\$6\$/, "sha512"],
  [/^\$5\$/, "sha256"],
  [/^\$sha1\$/, "sha1"],
  [/^\$md5[,$]/, "sun-md5"],
  [/^\$1\$/, "md5"],
  [/^_/, "bsdi"],
  [/^\$3\$/, "nt"],
  [/^[./0-9A-Za-z]{13}$/, "des"],
];

/** What a password field says, without what it holds (crypt(5), shadow(5)). */
export function passwordState(field: string): PasswordState {
  if (field === "") return { kind: "empty", locked: false, method: undefined };
  if (field === "x") return { kind: "shadow", locked: false, method: undefined };
  const locked = field.startsWith("!");
  const rest = field.replace(/^!+/, "");
  // `!` before nothing, `*` and the words of some tools can match no hash.
  if (rest === "" || rest.startsWith("*") || rest === "x") return { kind: "none", locked, method: undefined };
  const method = methods.find(([pattern]) => pattern.test(rest))?.[1] ?? "unknown";
  return { kind: "hash", locked, method };
}
