// One cell changed in place: double click, Enter or F2; saved at once by itself, refused with a sentence and the old value back.

class CellEditor {
  init(params) {
    const {column} = params;
    this.begun = editing.text(column, params.value);
    const label = {class: "tg-input tg-editor", "aria-label": `${column.label}, новое значение`};
    if (column.edit === "choice") {
      const empty = column.required ? [] : [el("option", {value: "", text: "не указано"})];
      this.gui = el("select", {...label, onchange: () => params.stopEditing()}, ...empty,
        ...column.choices.map(([value, text]) => el("option", {value, text})));
    } else {
      this.gui = el("input", {...label, type: "text", maxlength: 10000, autocomplete: "off", spellcheck: "false"});
    }
    this.gui.value = this.begun;
  }
  getGui() { return this.gui; }
  afterGuiAttached() {
    this.gui.focus();
    if (this.gui.select) this.gui.select();
  }
  getValue() { return this.gui.value; }
  isCancelAfterEnd() { return this.gui.value.trim() === this.begun.trim(); }
}

const editing = {
  // What a column adds to its definition when the user may change it.
  definition(column) {
    if (!column.edit) return {};
    return {
      editable: ({data}) => Boolean(data),
      cellEditor: CellEditor,
      cellEditorParams: {column},
      suppressKeyboardEvent: editing.isNoBeginning,
      cellClass: column.align === "center" ? ["tg-center", "tg-editable"] : "tg-editable",
    };
  },

  // Letters, space and Delete do other things in the table: only Enter and F2 begin. A cell that is a link is opened by Enter.
  isNoBeginning({event, editing: isOpen, colDef}) {
    if (isOpen) return false;
    const isLink = event.key === "Enter" && Boolean(colDef.cellRenderer);
    return isLink || event.key.length === 1 || event.key === "Backspace" || event.key === "Delete";
  },

  isOpen() {
    return state.api.getEditingCells().length > 0;
  },

  // A value as one would type it.
  text(column, value) {
    if (value === null || value === undefined) return "";
    return column.kind === "date" ? formatDate(String(value)) : String(value);
  },

  // AG Grid asks instead of writing (readOnlyEdit): the new text is shown while the server is asked.
  async save({data, colDef, newValue}) {
    const column = columns.byKey(colDef.colId);
    const {name} = state.spec;
    const before = data[column.key];
    const typed = String(newValue === null || newValue === undefined ? "" : newValue);
    editing.show(name, {...data, [column.key]: typed === "" ? null : typed});
    toast.hide();
    try {
      const url = `/api/tables/${encodeURIComponent(name)}/rows/${encodeURIComponent(data.id)}`;
      const answer = await send("PUT", url, {column: column.key, value: typed, before});
      if (answer.row) editing.show(name, answer.row);
      else rows.refresh();
      if (answer.notes.length) toast.show(`Сохранено. ${column.label}: ${answer.notes.join(" ")}`, "hint");
    } catch (error) {
      editing.show(name, data);
      toast.show(`${column.label}: не сохранено. ${error.message}`, "error");
      // Somebody else may have changed the row.
      if (error.kind === "refused" && state.spec.name === name) rows.refresh();
    }
  },

  // The row as it is to be seen, if it still is on the screen.
  show(name, data) {
    const node = state.visible && state.spec.name === name ? state.api.getRowNode(String(data.id)) : null;
    if (node) node.setData(data);
  },
};

// A sentence over the lower edge of the table. What went wrong stays until it is closed, a hint goes by itself.
const toast = {
  box: null,
  timer: 0,

  build() {
    toast.box = el("div", {class: "tg-toast", role: "alert", hidden: true});
    return toast.box;
  },

  show(text, kind) {
    clearTimeout(toast.timer);
    toast.box.dataset.kind = kind;
    toast.box.replaceChildren(el("span", {text}), iconButton("Закрыть", "close", {onclick: toast.hide}));
    toast.box.hidden = false;
    if (kind === "hint") toast.timer = setTimeout(toast.hide, 9000);
  },

  hide() {
    clearTimeout(toast.timer);
    toast.box.hidden = true;
  },
};
