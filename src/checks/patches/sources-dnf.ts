// patches.sources-signed for dnf: repositories whose packages are not verified, and missing keys.
import type { Outcome, Problem } from "../../core/outcome.js";
import { printable } from "../../core/printable.js";
import { place } from "../../core/source.js";
import type { DnfRepositories, DnfRepository } from "../../facts/dnf-repositories.js";

function problemsOf({ id, source, urls, gpgcheck, sslverify, keys }: DnfRepository): readonly Problem[] {
  const at = `${printable(place(source))}: repository ${printable(id)}`;
  const where =
    gpgcheck.source === undefined ? "gpgcheck is not set" : `gpgcheck is off (${place(gpgcheck.source)})`;
  const plain = urls.some((url) => /^(?:http|ftp):/i.test(url));
  return [
    ...(gpgcheck.on
      ? []
      : [
          {
            message: `${at} takes packages unchecked${plain ? " over a connection that anybody can change" : ""}: ${where}`,
          },
        ]),
    ...(sslverify.on || gpgcheck.on
      ? []
      : [{ message: `${at} does not check who answers: sslverify is off` }]),
    ...keys
      .filter(({ there }) => there === false)
      .map(({ path }) => ({ message: `${at}: the key file ${printable(path)} does not exist` })),
  ];
}

export function judgeDnfSources({ repositories, unread }: DnfRepositories): Outcome {
  return {
    expected: "gpgcheck=1 for every repository, every key there",
    actual: `${repositories.length} repositories`,
    evidence: repositories.flatMap(({ source, gpgcheck }) => [
      source,
      ...(gpgcheck.source === undefined ? [] : [gpgcheck.source]),
    ]),
    problems: repositories.flatMap(problemsOf),
    unknowns: unread,
  };
}
