import { test } from "uvu";
import * as assert from "uvu/assert";
import { compareKernelReleases, kernelFlavour } from "../../../src/formats/kernel-release.js";

const ascending = [
  [
    "6.1.0-9-amd64",
    "6.1.0-37-amd64",
    "6.1.0-38-amd64",
    "6.10-rc1-amd64",
    "6.10-amd64",
    "6.12.38+deb13-amd64",
  ],
  ["5.14.0-427.13.1.el9_4.x86_64", "5.14.0-427.24.1.el9_4.x86_64", "5.14.0-503.11.1.el9_5.x86_64"],
  ["6.8.0-45-generic", "6.8.0-101-generic", "6.11.0-8-generic"],
];

test("each release of a row is older than the next", () => {
  for (const row of ascending)
    for (const [index, release] of row.entries())
      for (const later of row.slice(index + 1)) {
        assert.ok(compareKernelReleases(release, later) < 0, `${release} < ${later}`);
        assert.ok(compareKernelReleases(later, release) > 0, `${later} > ${release}`);
      }
  assert.is(compareKernelReleases("6.1.0-9-amd64", "6.1.0-9-amd64"), 0);
});

test("the flavour is what follows the version", () => {
  assert.is(kernelFlavour("6.1.0-38-amd64"), "-amd64");
  assert.is(kernelFlavour("6.12.38+deb13-cloud-amd64"), "-cloud-amd64");
  assert.is(kernelFlavour("6.8.0-1016-aws"), "-aws");
  assert.is(kernelFlavour("6.10-rc1"), "");
  assert.is(kernelFlavour("6.10-rc1-amd64"), "-amd64");
  assert.is(kernelFlavour("6.6.30"), "");
  assert.is(kernelFlavour("5.14.0-427.13.1.el9_4.x86_64"), ".x86_64");
  assert.is(kernelFlavour("5.14.0-427.13.1.el9_4.aarch64+rt"), ".aarch64+rt");
});

test("a hostile release is bounded", () => {
  assert.is(kernelFlavour("-a".repeat(100_000)).length <= 200, true);
  assert.is(compareKernelReleases("1".repeat(100_000), "1".repeat(100_000)), 0);
});

test.run();
