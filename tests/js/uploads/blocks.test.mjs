import assert from "node:assert/strict";
import { test } from "node:test";

import {
  ParallelBlocks,
  backOff,
  cutIntoBlocks,
  missingBlocks,
  verdict,
} from "../../../static/js/uploads/core/blocks.js";

test("blocks cover the file without gaps, under ids of one length", () => {
  for (const size of [1, 7, 8, 9, 100_003]) {
    const blocks = cutIntoBlocks(size, 8);
    assert.equal(blocks[0].start, 0);
    assert.equal(blocks.at(-1)?.end, size);
    blocks.slice(1).forEach((block, index) => assert.equal(block.start, blocks[index].end));
    assert.equal(new Set(blocks.map((block) => block.id)).size, blocks.length);
    assert.equal(new Set(blocks.map((block) => block.id.length)).size, 1);
  }
});

test("what is there whole is not sent again, what is there in part is", () => {
  const blocks = cutIntoBlocks(20, 8);
  const staged = { [blocks[0].id]: 8, [blocks[1].id]: 3 };
  assert.deepEqual(missingBlocks(blocks, staged), [blocks[1], blocks[2]]);
});

test("pauses grow, differ, and end at half a minute", () => {
  assert.equal(backOff(1, 0), 250);
  assert.equal(backOff(1, 1), 500);
  assert.ok(backOff(3, 0) > backOff(1, 1));
  assert.equal(backOff(50, 1), 30_000);
});

test("a refused URL is renewed, a busy storage is asked again, a refused block ends the upload", () => {
  const verdicts = [201, 403, 0, 429, 503, 400, 404].map(verdict);
  assert.deepEqual(verdicts, ["done", "renew", "again", "again", "again", "refused", "refused"]);
});

test("the number of blocks at once rises while it gets faster, and no further", () => {
  const blocks = new ParallelBlocks({ first: 2, most: 4 });
  let now = 1;
  blocks.arrived(1, now);
  const report = (/** @type {number} */ rate) => blocks.arrived(rate * 2, (now += 2000));
  report(100);
  assert.equal(blocks.parallel, 3);
  report(150);
  assert.equal(blocks.parallel, 4);
  report(300);
  assert.equal(blocks.parallel, 4);
});

test("the number goes back to the fastest when more brings nothing, and is halved by a failure", () => {
  const blocks = new ParallelBlocks({ first: 4 });
  blocks.arrived(1, 1);
  blocks.arrived(200, 2001);
  assert.equal(blocks.parallel, 5);
  blocks.arrived(200, 4001);
  assert.equal(blocks.parallel, 4);
  blocks.failed();
  assert.equal(blocks.parallel, 2);
  blocks.failed();
  blocks.failed();
  assert.equal(blocks.parallel, 1);
});
