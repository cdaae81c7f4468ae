// kmod.wireless: interfaces of both kinds of driver, and a machine whose interfaces cannot be seen.
import { test } from "uvu";
import wireless from "../../../../src/checks/kmod/wireless.js";
import { testCheck } from "../../../support/check.js";

const net = "/sys/class/net";
const wired = { [`${net}/eth0/mtu`]: "1500\n" };

testCheck(wireless, {
  passes: [{ name: "cables only", files: wired }],
  fails: [
    {
      name: "two",
      files: {
        ...wired,
        [`${net}/wlan0/phy80211/index`]: "0\n",
        [`${net}/wlan0/device/driver/module`]: { link: "/sys/module/iwlwifi" },
        [`${net}/wlan1/wireless/link`]: "0\n",
      },
      at: [`${net}/wlan0`, `${net}/wlan1`],
      says: /wlan0 is wireless, driven by iwlwifi; wlan1 is wireless, driven by a module that \/sys does not name/,
    },
  ],
  errors: [
    {
      name: "may not be looked at",
      files: { ...wired, [`${net}/wlan0`]: { kind: "directory", error: "denied" } },
    },
  ],
  hides: [net],
});

test.run();
