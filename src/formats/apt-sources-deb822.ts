// .sources files (sources.list(5), "Deb822-style format"): text -> sources with places. One-line files: apt-sources-list.ts.
import { type AptOption, type AptSource, type AptSources, aptBoolean } from "./apt-source-entry.js";
import { type Paragraph, parseControl } from "./deb-control.js";

/** Fields that are options, and the names they have in the one-line format. */
const optionFields = [
  ["Architectures", "arch"],
  ["Trusted", "trusted"],
  ["Signed-By", "signed-by"],
  ["Check-Valid-Until", "check-valid-until"],
  ["Check-Date", "check-date"],
  ["Allow-Insecure", "allow-insecure"],
  ["Allow-Weak", "allow-weak"],
  ["Allow-Downgrade-To-Insecure", "allow-downgrade-to-insecure"],
] as const;

function words(paragraph: Paragraph, name: string): readonly string[] {
  return (paragraph.get(name)?.value ?? "").split(/\s+/).filter((word) => word !== "");
}

function optionsOf(paragraph: Paragraph): ReadonlyMap<string, AptOption> {
  return new Map(
    optionFields.flatMap(([field, name]) => {
      const found = paragraph.get(field);
      return found === undefined
        ? []
        : [[name, { value: found.value, line: found.line, span: found.span }] as const];
    }),
  );
}

function problemOf(source: AptSource): string | undefined {
  const { types, uris, suites, components, enabled } = source;
  const unknown = types.find((type) => type !== "deb" && type !== "deb-src");
  if (types.length === 0) return "no Types";
  if (unknown !== undefined) return `the type ${unknown} is not known`;
  if (!enabled) return undefined;
  if (uris.length === 0) return "no URIs";
  if (suites.length === 0) return "no Suites";
  const wrong = uris.find((uri) => !uri.includes(":"));
  if (wrong !== undefined) return `${wrong} is not a URI`;
  const paths = suites.filter((suite) => suite.endsWith("/"));
  if (paths.length > 0 && components.length > 0) return "Components with a path among the Suites";
  return paths.length < suites.length && components.length === 0 ? "no Components" : undefined;
}

/** Reads a `.sources` file (pkgSourceList::ParseFileDeb822 of apt's sourcelist.cc). */
export function parseDeb822Sources(text: string): AptSources {
  const read = parseControl(text).map((paragraph): { source: AptSource; problem: string | undefined } => {
    const source: AptSource = {
      types: words(paragraph, "Types"),
      uris: words(paragraph, "URIs"),
      suites: words(paragraph, "Suites"),
      components: words(paragraph, "Components"),
      options: optionsOf(paragraph),
      enabled: aptBoolean(paragraph.get("Enabled")?.value || "yes") !== false,
      line: paragraph.line,
      span: paragraph.span,
    };
    const problem = paragraph.broken.length > 0 ? "a line that is no field" : problemOf(source);
    return { source, problem };
  });
  return {
    sources: read.flatMap(({ source, problem }) => (problem === undefined ? [source] : [])),
    problems: read.flatMap(({ source, problem }) =>
      problem === undefined ? [] : [{ line: source.line, message: problem }],
    ),
  };
}
