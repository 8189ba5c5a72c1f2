// How a host starts a bundle: the manifest's command, with what a person filled in, by the official code for hosts.
// started.mjs FOLDER FILLED_IN prints {command, args, env}.
import { readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { getMcpConfigForManifest } from "@anthropic-ai/mcpb";

const [folder, filledIn] = process.argv.slice(2);
const config = await getMcpConfigForManifest({
  manifest: JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")),
  extensionPath: folder,
  systemDirs: {},
  userConfig: JSON.parse(filledIn),
  pathSeparator: sep,
});
console.log(JSON.stringify(config));
