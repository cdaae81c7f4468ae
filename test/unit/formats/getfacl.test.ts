// getfacl's output: named entries by file, the mask applied, names unescaped.
import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { parseGetfacl } from "../../../src/formats/getfacl.js";

test("named entries under the mask; base and default entries are none", () => {
  const text = `# file: /tmp/a\\040b
# owner: root
# group: root
user::rw-
user:daemon:rwx
user:1234:r--
group::r--
group:adm:rw-
mask::r-x
other::r--
default:user:eve:rwx

# file: /tmp/plain
# owner: root
user::rw-
group::r--
other::r--

`;
  assert.equal(
    [...parseGetfacl(text)],
    [
      [
        "/tmp/a b",
        [
          { who: "user:daemon", bits: 5 },
          { who: "user:1234", bits: 4 },
          { who: "group:adm", bits: 4 },
        ],
      ],
    ],
  );
});

test("any text is read without an exception", () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      parseGetfacl(text);
    }),
    { numRuns: 200 },
  );
});

test.run();
