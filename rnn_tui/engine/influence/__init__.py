"""The influence of word k on step t.

gradient          ‖∂h_t/∂x_k‖_F and ‖(∂h_t/∂x_k) x_k‖₂: pulled back, or carried forward; shares, memory lag
all_pairs         the same for all pairs at once, by divide and conquer
diagonal          the same where W_hh is diagonal, by running sums of logarithms
integrated        integrated gradients along the path from no words to all
word_path         that path: what h_t does along it
bisection         where along it the integral needs its nodes
occlusion         ‖h_t − h_t(x_k := 0)‖₂, the difference itself carried forward
difference_steps  how that difference moves over one step without cancelling
itemised          ∂L_t/∂W⁽ᵏ⁾: what the loss of step t asks of the copy of W used at step k
"""
