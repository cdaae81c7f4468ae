// What `systemctl list-units --all --plain --no-legend --full` prints (systemctl(1)): text -> units. Starts nothing.

export interface ListedUnit {
  readonly name: string;
  /** `loaded`, `not-found`, `masked`, … */
  readonly load: string;
  /** `active`, `inactive`, `failed`, `activating`, … */
  readonly active: string;
  readonly sub: string;
}

/** Lines of other forms are left out. */
export function parseUnitList(text: string): readonly ListedUnit[] {
  return text.split("\n").flatMap((line) => {
    // Some versions print the mark of a failed or missing unit in spite of --plain.
    const match = /^(?:[●○×*↻] ?| {0,2})(\S+\.[a-z]+) +([a-z-]+) +([a-z]+) +([a-z-]+)(?: |$)/.exec(line);
    const [, name, load, active, sub] = match ?? [];
    return name === undefined || load === undefined || active === undefined || sub === undefined
      ? []
      : [{ name, load, active, sub }];
  });
}
