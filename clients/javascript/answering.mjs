// What the JavaScript clients share: calls come in as lines of JSON, and what a model would see goes out.

import { createInterface } from "node:readline";

/** Where the server is: `url`, or the `command`, `args` and `env` that start it. */
export const target = JSON.parse(process.argv[2]);

/** Make each call that stdin asks for through a connected client, with its default time-out. */
export async function answerCalls(client) {
  const { tools } = await client.listTools();
  say({ tools: tools.map((tool) => tool.name).sort() });
  for await (const line of createInterface({ input: process.stdin })) {
    const { tool, arguments: given } = JSON.parse(line);
    say(await seen(client, { name: tool, arguments: given }));
  }
  await client.close();
}

async function seen(client, call) {
  try {
    const { content, structuredContent } = await client.callTool(call);
    return { text: content.map((block) => block.text).join(""), data: structuredContent };
  } catch (error) {
    return { text: `${error.name}: ${error.message}` };
  }
}

function say(message) {
  console.log(JSON.stringify(message));
}
