// Tells when something in a folder changes: inotify(7), as Node offers it. Reads nothing, and sees one folder, not what is below.
import { watch } from "node:fs";

export type FolderWatch =
  | { readonly state: "ok"; close(): void }
  /** `code` is the kernel's: ENOSPC where a user may watch no more (fs.inotify.max_user_watches), EMFILE no more at all. */
  | { readonly state: "failed"; readonly code: string; readonly reason: string };

export interface FolderEvent {
  /** `moved`: something came, went or was renamed. `changed`: content or attributes. */
  readonly kind: "moved" | "changed";
  /** The entry; the folder's own name, too, where it is itself what went. Undefined where the kernel did not say. */
  readonly name: string | undefined;
}

function failed(error: unknown): FolderWatch {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return { state: "failed", code, reason: error instanceof Error ? error.message : String(error) };
}

/** `lost`: the watch has ended by itself. */
export function watchFolder(
  path: string,
  seen: (event: FolderEvent) => void,
  lost: (reason: string) => void,
): FolderWatch {
  try {
    const watcher = watch(path, { persistent: true }, (event, name) => {
      seen({ kind: event === "rename" ? "moved" : "changed", name: name ?? undefined });
    });
    watcher.on("error", (error) => {
      watcher.close();
      lost(error.message);
    });
    return { state: "ok", close: () => watcher.close() };
  } catch (error) {
    return failed(error);
  }
}
