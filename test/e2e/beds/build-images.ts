// Builds every image and installation and saves the images' boots, side by side, so that the scenarios find them. Usage: build-images.ts
import { savedBoot } from "./booted.js";
import { imageOf, installationOf } from "./image.js";
import { missing } from "./missing.js";
import { images } from "./recipe.js";

const lacking = missing("machine") ?? missing("container");
if (lacking !== undefined) console.log(`SKIPPED the images: ${lacking}`);
else {
  const ended = await Promise.allSettled([
    ...images.map(async (image) => await savedBoot(await imageOf(image))),
    ...images.map((image) => installationOf(image)),
  ]);
  for (const one of ended)
    if (one.status === "rejected") {
      console.log(`an image was not built: ${one.reason}`);
      process.exitCode = 1;
    }
}
