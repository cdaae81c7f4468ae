// Builds every image and saves its boot, side by side, so that the scenarios find them. Usage: build-images.ts
import { savedBoot } from "./booted.js";
import { imageOf } from "./image.js";
import { missing } from "./missing.js";
import { images } from "./recipe.js";

const lacking = missing("machine") ?? missing("container");
if (lacking !== undefined) console.log(`SKIPPED the images: ${lacking}`);
else {
  const ended = await Promise.allSettled(images.map(async (image) => await savedBoot(await imageOf(image))));
  for (const one of ended)
    if (one.status === "rejected") {
      console.log(`an image was not built: ${one.reason}`);
      process.exitCode = 1;
    }
}
