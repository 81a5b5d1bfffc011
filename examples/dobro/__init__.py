"""«Добровольцы»: a volunteers' portal with users of its own that pastes the widget into its pages."""
