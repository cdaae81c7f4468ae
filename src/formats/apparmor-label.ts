// AppArmor's own words for profiles: `name (mode)` of the list of loaded ones and of a process. Not the profiles' text.

export interface ProfileMode {
  readonly name: string;
  /** enforce, complain, kill, unconfined, prompt, mixed. */
  readonly mode: string;
}

/** A line of /sys/kernel/security/apparmor/profiles; a name may itself hold blanks and parentheses. */
function modeOf(line: string): ProfileMode | undefined {
  const start = line.lastIndexOf(" (");
  const mode = line.slice(start + 2, -1);
  return start > 0 && line.endsWith(")") && /^[a-z]{1,16}$/.test(mode)
    ? { name: line.slice(0, start), mode }
    : undefined;
}

export interface ProfileList {
  readonly profiles: readonly (ProfileMode & { readonly line: number })[];
  /** Lines, from 1, that are none of the kernel's. */
  readonly unread: readonly number[];
}

/** The loaded profiles (apparmorfs.c of the kernel, seq_show_profile). */
export function parseProfileList(text: string): ProfileList {
  const profiles: (ProfileMode & { readonly line: number })[] = [];
  const unread: number[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    const found = modeOf(line);
    if (found !== undefined) profiles.push({ ...found, line: index + 1 });
    else if (line !== "") unread.push(index + 1);
  }
  return { profiles, unread };
}

/** What confines a process (aa_getcon(2)): a profile, or none; undefined where the text is neither. */
export function parseLabel(text: string): ProfileMode | "unconfined" | undefined {
  const label = text.replace(/[\n\0]{1,2}$/, "");
  return label === "unconfined" || label.endsWith("://unconfined") ? "unconfined" : modeOf(label);
}
