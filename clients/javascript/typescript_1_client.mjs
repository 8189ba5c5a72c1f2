// The TypeScript SDK 1: protocol versions until 2025-11-25, and over HTTP a session.

import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

import { answerCalls, target } from "./answering.mjs";

const transport = target.url
  ? new StreamableHTTPClientTransport(new URL(target.url))
  : new StdioClientTransport(target);
const client = new Client({ name: "typescript-1", version: "1" });
await client.connect(transport);
await answerCalls(client);
