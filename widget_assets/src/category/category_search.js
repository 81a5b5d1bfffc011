export class CategorySearch extends HTMLElement {}
