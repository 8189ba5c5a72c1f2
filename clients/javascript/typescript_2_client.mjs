// The TypeScript client 2; its second argument is how it negotiates the version: "legacy", its default, or "auto".

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

import { answerCalls, target } from "./answering.mjs";

const transport = target.url
  ? new StreamableHTTPClientTransport(new URL(target.url))
  : new StdioClientTransport(target);
const versionNegotiation = { mode: process.argv[3] };
const client = new Client({ name: "typescript-2", version: "2" }, { versionNegotiation });
await client.connect(transport);
await answerCalls(client);
