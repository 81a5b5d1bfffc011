// What the reviewers need not look for: unsafe ways into the page, leaks into the host, sloppy code.
import js from "@eslint/js";
import globals from "globals";

const forbiddenProperties = ["innerHTML", "outerHTML", "insertAdjacentHTML"].map((property) => ({
  selector: `MemberExpression[property.name='${property}']`,
  message: "Build nodes instead: text from a server or a person must never be parsed as HTML.",
}));

export default [
  { ignores: ["built/**", "node_modules/**"] },
  js.configs.recommended,
  {
    files: ["src/**/*.js"],
    languageOptions: { ecmaVersion: 2022, sourceType: "module", globals: globals.browser },
    linterOptions: { reportUnusedDisableDirectives: "error" },
    rules: {
      "no-restricted-syntax": [
        "error",
        ...forbiddenProperties,
        { selector: "ExportDefaultDeclaration", message: "Named exports only." },
        { selector: "CallExpression[callee.property.name='setAttribute'][arguments.0.value='style']", message: "The content policy refuses style attributes." },
      ],
      "no-restricted-globals": ["error", "localStorage", "sessionStorage", "event", "name", "status"],
      "no-eval": "error",
      "no-implied-eval": "error",
      "no-new-func": "error",
      "no-var": "error",
      "prefer-const": "error",
      "eqeqeq": "error",
      "no-console": "error",
      "no-shadow": "error",
      "max-lines": ["error", 350],
      "complexity": ["error", 12],
    },
  },
  { files: ["src/**/*.test.js"], languageOptions: { globals: globals.node } },
];
