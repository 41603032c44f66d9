import { recordStatements } from './record-statements.ts';

// Loaded by processes that tests start with STATEMENTS_FILE, before their main file.
const file = process.env['STATEMENTS_FILE'];
if (file !== undefined) recordStatements(file);
